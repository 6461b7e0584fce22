public import Configuration
import Interpolation

/// A legacy JSON template as it stands in its file: checked in itself, nothing rendered yet.
///
/// ``plan(variables:only:except:environment:)`` makes builds of it.
public struct Template: Sendable {
    /// What the template is for, in its author's words.
    public var description: String
    /// The oldest Packer it wants, or `nil`.
    public var minimumPackerVersion: String?
    /// The user variables, in the order of the file.
    public var variables: [Variable]
    /// Names of user variables whose values are secrets.
    public var sensitiveVariables: [String]
    /// What makes machines, in the order of the file.
    public var builders: [Builder]
    /// What is done with each machine, in this order.
    public var provisioners: [Provisioner]
    /// What is done with what the builders made: chains, each of post-processors that take what the one
    /// before has made.
    public var postProcessors: [[PostProcessor]]
    /// Absolute directory of the template, or `nil` when it came from standard input.
    public var directory: String?
    /// Where everything stands.
    public var sourceMap: SourceMap

    /// A user variable's declaration.
    public struct Variable: Sendable, Equatable {
        /// Its name.
        public var name: String
        /// Its value where none is given; `nil` makes it required.
        public var defaultValue: String?
    }

    /// A builder's declaration.
    public struct Builder: Sendable, Equatable {
        /// Its name, unique; not rendered yet.
        public var name: String
        /// Its type.
        public var type: String
        /// Its options, without `name` and `type`.
        public var configuration: [String: ConfigurationValue]
        /// Where it stands.
        public var path: ConfigurationPath
    }

    /// A provisioner's declaration.
    public struct Provisioner: Sendable, Equatable {
        /// Its type.
        public var type: String
        /// Its options, without those that every provisioner has.
        public var configuration: [String: ConfigurationValue]
        /// The builders it is for; empty is all.
        public var only: [String]
        /// The builders it is not for.
        public var except: [String]
        /// Options that differ, by the name of the builder.
        public var overrides: [String: [String: ConfigurationValue]]
        /// `pause_before`, `timeout` and `max_retries` as they stand in the file.
        public var wrapping: ConfigurationValue
        /// Where it stands.
        public var path: ConfigurationPath
    }

    /// A post-processor's declaration.
    public struct PostProcessor: Sendable, Equatable {
        /// Its name, for `-except`; its type where it has none.
        public var name: String
        /// Its type.
        public var type: String
        /// Its options, without those that every post-processor has.
        public var configuration: [String: ConfigurationValue]
        /// The builders it is for; empty is all.
        public var only: [String]
        /// The builders it is not for.
        public var except: [String]
        /// Whether what it is given is kept, Packer's `keep_input_artifact`; `nil` where the template
        /// leaves that to it.
        public var keepsInput: Bool?
        /// Where it stands.
        public var path: ConfigurationPath
    }

    /// Reads a template file.
    ///
    /// - Parameter path: The file, relative to the working directory or absolute; `-` is the
    ///   standard input, which has no directory.
    /// - Returns: The template.
    /// - Throws: `TemplateErrors` with everything that is wrong with it.
    public static func load(_ path: String) throws -> Template {
        if path.hasSuffix(".pkr.hcl") || path.hasSuffix(".pkr.json") {
            throw TemplateErrors(
                "HCL2 templates are not supported yet",
                remedy: "give a legacy JSON template",
                file: path
            )
        }
        if path == "-" {
            let limit = JSONDocument.largestFile
            let name = "standard input"
            return try Template(FileBytes.contents(of: 0, named: name, limit: limit), file: name)
        }
        let bytes = try FileBytes.read(path, limit: JSONDocument.largestFile)
        return try Template(bytes, file: path, directory: absoluteDirectory(of: path))
    }

    /// Reads a template from memory, say from standard input.
    ///
    /// - Parameters:
    ///   - json: The bytes of the document.
    ///   - file: What to call it in errors.
    ///   - directory: What `{{template_dir}}` is, if anything.
    /// - Throws: `TemplateErrors` with everything that is wrong with it.
    public init(_ json: [UInt8], file: String, directory: String? = nil) throws {
        let document = try JSONDocument(json, file: file)
        var reader = TemplateReader(sourceMap: document.sourceMap)
        self = try reader.template(document.root, directory: directory)
    }

    init(sourceMap: SourceMap, directory: String?) {
        description = ""
        variables = []
        sensitiveVariables = []
        builders = []
        provisioners = []
        self.postProcessors = []
        self.directory = directory
        self.sourceMap = sourceMap
    }
}
