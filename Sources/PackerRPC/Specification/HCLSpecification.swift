/// What a component's configuration consists of: hcldec's `ObjectSpec`, which a plugin sends so that
/// its host can read HCL for it.
///
/// Source: package `hcldec` of HCL 2, the three kinds of it that Packer's plugins use.
package struct HCLSpecification: Hashable, Sendable {
    /// One part of the configuration, under the name of the value that becomes of it.
    package struct Entry: Hashable, Sendable {
        /// The name of the attribute in the value; the same as the element's in all that Packer's
        /// own plugins send.
        package let key: String
        /// What is read from the template.
        package let element: Element

        /// An entry; without a key of its own it has the element's name.
        package init(_ element: Element, key: String? = nil) {
            self.key = key ?? element.name
            self.element = element
        }
    }

    /// What is read from the template.
    package indirect enum Element: Hashable, Sendable {
        /// `name = value`.
        case attribute(_ name: String, CtyType, isRequired: Bool = false)
        /// `name { ... }`, at most once.
        case block(_ name: String, HCLSpecification, isRequired: Bool = false)
        /// `name { ... }`, repeated from `minimum` to `maximum` times; 0 is no limit.
        case blockList(_ name: String, HCLSpecification, minimum: Int = 0, maximum: Int = 0)

        /// The name in the template.
        package var name: String {
            switch self {
            case .attribute(let name, _, _), .block(let name, _, _), .blockList(let name, _, _, _):
                name
            }
        }
    }

    /// The entries, in the order of their keys' bytes, each key once.
    package let entries: [Entry]

    /// A specification of entries in any order.
    ///
    /// - Throws: ``HCLSpecificationError`` where a key occurs twice or is too long.
    package init(_ entries: [Entry]) throws(HCLSpecificationError) {
        self.entries = try orderedByName(entries, \.key)
    }

    /// A specification of elements in any order, each under its own name.
    ///
    /// - Throws: ``HCLSpecificationError`` where a name occurs twice or is too long.
    package init(_ elements: Element...) throws(HCLSpecificationError) {
        try self.init(elements.map { Entry($0) })
    }

    /// The type of the values that HCL makes by this specification: attributes and blocks that are
    /// not set are null there, lists of blocks empty.
    ///
    /// Source: hcldec's `ImpliedType`.
    package var impliedType: CtyType {
        .object(
            CtyType.ObjectType(
                ordered: entries.map { entry in
                    switch entry.element {
                    case .attribute(_, let type, _):
                        .init(entry.key, type.withoutOptionalAttributes)
                    case .block(_, let nested, _): .init(entry.key, nested.impliedType)
                    case .blockList(_, let nested, _, _):
                        .init(entry.key, .list(nested.impliedType))
                    }
                }
            )
        )
    }

    /// The entry with a key of these bytes.
    package subscript(key: String) -> Element? {
        entries.first { $0.key.utf8.elementsEqual(key.utf8) }?.element
    }
}
