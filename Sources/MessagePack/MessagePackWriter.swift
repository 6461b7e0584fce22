/// Appends values to bytes as ugorji's codec does with WriteExt: always the shortest form.
///
/// A signed integer of 128 or more takes a signed form and an unsigned one an unsigned form, as in
/// Go since version 1.2 of the codec; any reader takes either.
package struct MessagePackWriter: Sendable {
    /// What is written so far.
    package private(set) var bytes: [UInt8] = []

    /// A writer that has written nothing.
    ///
    /// - Parameter capacity: How many bytes there will be, about; any number is right.
    package init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    /// Writes nil.
    package mutating func writeNil() { bytes.append(MessagePackFormat.nil) }

    /// Writes a truth value.
    package mutating func write(_ value: Bool) {
        bytes.append(value ? MessagePackFormat.true : MessagePackFormat.false)
    }

    /// Writes an integer in its shortest signed form.
    package mutating func write(_ value: Int64) {
        if let small = Int8(exactly: value) {
            if small < -32 { bytes.append(MessagePackFormat.int8) }
            bytes.append(UInt8(bitPattern: small))
        } else if let short = Int16(exactly: value) {
            bytes.append(MessagePackFormat.int16)
            append(UInt16(bitPattern: short))
        } else if let middle = Int32(exactly: value) {
            bytes.append(MessagePackFormat.int32)
            append(UInt32(bitPattern: middle))
        } else {
            bytes.append(MessagePackFormat.int64)
            append(UInt64(bitPattern: value))
        }
    }

    /// Writes an integer in its shortest unsigned form.
    package mutating func write(_ value: UInt64) {
        if let small = UInt8(exactly: value) {
            if small > 0x7f { bytes.append(MessagePackFormat.uint8) }
            bytes.append(small)
        } else if let short = UInt16(exactly: value) {
            bytes.append(MessagePackFormat.uint16)
            append(short)
        } else if let middle = UInt32(exactly: value) {
            bytes.append(MessagePackFormat.uint32)
            append(middle)
        } else {
            bytes.append(MessagePackFormat.uint64)
            append(value)
        }
    }

    /// Writes a 32-bit floating-point number.
    package mutating func write(_ value: Float) {
        bytes.append(MessagePackFormat.float32)
        append(value.bitPattern)
    }

    /// Writes a 64-bit floating-point number.
    package mutating func write(_ value: Double) {
        bytes.append(MessagePackFormat.float64)
        append(value.bitPattern)
    }

    /// Writes text.
    package mutating func write(_ text: String) { writeString(text.utf8) }

    /// Writes a string of any bytes; Go's need not be UTF-8.
    package mutating func writeString(_ text: some Collection<UInt8>) {
        if text.count < 32 {
            bytes.append(MessagePackFormat.fixStr.lowerBound | UInt8(text.count))
        } else {
            writeLength(text.count, MessagePackFormat.str8)
        }
        bytes.append(contentsOf: text)
    }

    /// Writes bytes.
    package mutating func write(binary: some Collection<UInt8>) {
        writeLength(binary.count, MessagePackFormat.bin8)
        bytes.append(contentsOf: binary)
    }

    /// Writes a point in time.
    package mutating func write(_ time: MessagePackTimestamp) {
        writeExtension(type: MessagePackTimestamp.extensionType, time.payload)
    }

    /// Writes an extension of any type.
    package mutating func writeExtension(type: Int8, _ data: [UInt8]) {
        switch data.count {
        case 1, 2, 4, 8, 16:
            bytes.append(MessagePackFormat.fixExt1 + UInt8(data.count.trailingZeroBitCount))
        default: writeLength(data.count, MessagePackFormat.ext8)
        }
        bytes.append(UInt8(bitPattern: type))
        bytes.append(contentsOf: data)
    }

    /// Begins an array; so many values must follow.
    package mutating func writeArrayHead(count: Int) {
        writeCount(count, MessagePackFormat.fixArray.lowerBound, MessagePackFormat.array16)
    }

    /// Begins a map; so many keys must follow, each with its value.
    package mutating func writeMapHead(count: Int) {
        writeCount(count, MessagePackFormat.fixMap.lowerBound, MessagePackFormat.map16)
    }

    /// Writes any value.
    package mutating func write(_ value: MessagePackValue) {
        switch value {
        case .nil: writeNil()
        case .bool(let value): write(value)
        case .int(let value): write(value)
        case .uint(let value): write(value)
        case .float(let value): write(value)
        case .double(let value): write(value)
        case .string(let text): write(text)
        case .invalidString(let bytes): writeString(bytes)
        case .binary(let bytes): write(binary: bytes)
        case .array(let elements):
            writeArrayHead(count: elements.count)
            for element in elements { write(element) }
        case .map(let entries):
            writeMapHead(count: entries.count)
            for entry in entries {
                write(entry.key)
                write(entry.value)
            }
        case .timestamp(let time): write(time)
        case .ext(let type, let data): writeExtension(type: type, data)
        }
    }

    /// Appends bytes that are values already.
    package mutating func append(encoded: some Collection<UInt8>) {
        bytes.append(contentsOf: encoded)
    }

    mutating func append(_ number: some FixedWidthInteger & UnsignedInteger) {
        for shift in stride(from: number.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    private mutating func writeCount(_ count: Int, _ fix: UInt8, _ form16: UInt8) {
        if count < 16 {
            bytes.append(fix | UInt8(count))
        } else if let short = UInt16(exactly: count) {
            bytes.append(form16)
            append(short)
        } else {
            bytes.append(form16 + 1)
            append(UInt32(count))
        }
    }

    private mutating func writeLength(_ count: Int, _ form8: UInt8) {
        if let small = UInt8(exactly: count) {
            bytes.append(form8)
            bytes.append(small)
        } else if let short = UInt16(exactly: count) {
            bytes.append(form8 + 1)
            append(short)
        } else {
            bytes.append(form8 + 2)
            append(UInt32(count))
        }
    }
}
