import Foundation
import TestSupport

/// How a plugin lies in the folder that packer searches.
enum PluginForm: String, Sendable, CaseIterable {
    /// One file with all components.
    case multi
    /// A file for each component.
    case single
}

/// Which language a template is written in.
enum TemplateLanguage: String, Sendable, CaseIterable {
    case json, hcl2
}

extension BuildFixture {
    /// Packer, with our plugin in one of its forms.
    func packer(with form: PluginForm) throws -> Program {
        let names =
            switch form {
            case .multi: ["packer-plugin-swift"]
            case .single:
                [
                    "packer-provisioner-swift-shell", "packer-provisioner-swift-file",
                    "packer-builder-swift-ssh",
                ]
            }
        return try packer(with: try ProjectFiles.pluginSwift(), as: names)
    }

    /// Packer, with both our plugin and that of the tests.
    func packerWithTestPlugin() throws -> Program {
        _ = try packer(with: .multi)
        return try packer(with: try ProjectFiles.pluginTest(), as: ["packer-plugin-test"])
    }

    /// Packer, with a program among its plugins by these names.
    private func packer(with program: String, as names: [String]) throws -> Program {
        let folder = files["plugins"]
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for name in names {
            try FileManager.default.copyItem(atPath: program, toPath: "\(folder)/\(name)")
        }
        var packer = try packer()
        packer.environment["PACKER_PLUGIN_PATH"] = folder
        return packer
    }

    /// A template of one builder, some provisioners and some post-processors, in either language.
    func template(
        _ language: TemplateLanguage,
        _ builder: [String: Any],
        _ provisioners: [[String: Any]],
        postProcessors: [[String: Any]] = []
    ) throws -> String {
        guard language == .hcl2 else {
            var template: [String: Any] = ["builders": [builder], "provisioners": provisioners]
            if !postProcessors.isEmpty { template["post-processors"] = [postProcessors] }
            let text = try JSONSerialization.data(withJSONObject: template)
            return try files.write([UInt8](text), to: "template.json")
        }
        let type = builder["type"] as? String ?? ""
        var text = "source \"\(type)\" \"machine\" {\n\(try Self.attributes(builder))}\n"
        text += "build {\n  sources = [\"source.\(type).machine\"]\n"
        for (kind, components) in [
            ("provisioner", provisioners), ("post-processor", postProcessors),
        ] {
            for component in components {
                text += "  \(kind) \"\(component["type"] ?? "")\" {\n"
                text += try Self.attributes(component) + "  }\n"
            }
        }
        return try files.write(Array((text + "}\n").utf8), to: "template.pkr.hcl")
    }

    /// JSON's values are HCL's, but for blocks: a list of maps, or a map.
    private static func attributes(_ values: [String: Any]) throws -> String {
        try values.filter { $0.key != "type" && $0.key != "name" || values["type"] == nil }
            .sorted { $0.key < $1.key }
            .map { key, value in
                if let blocks = value as? [[String: Any]] {
                    return try blocks.map { "    \(key) {\n\(try attributes($0))    }\n" }.joined()
                }
                if let block = value as? [String: Any] {
                    return "    \(key) {\n\(try attributes(block))    }\n"
                }
                let options: JSONSerialization.WritingOptions = [
                    .fragmentsAllowed, .withoutEscapingSlashes,
                ]
                let json = try JSONSerialization.data(withJSONObject: value, options: options)
                return "    \(key) = \(String(decoding: json, as: UTF8.self))\n"
            }.joined()
    }
}
