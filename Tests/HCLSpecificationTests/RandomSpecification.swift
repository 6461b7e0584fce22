import HCLSpecification
import TestSupport

extension HCLSpecification {
    static func random(
        depth: Int,
        _ mixture: CtyMixture,
        limits: Bool,
        using generator: inout SplitMix
    ) throws -> HCLSpecification {
        let count = Int.random(in: 0...4, using: &generator)
        return try HCLSpecification(
            (0..<count).map { number in
                let name = "\(number)" + randomText(using: &generator)
                let flag = Bool.random(using: &generator)
                func nested() throws -> HCLSpecification {
                    try random(depth: depth - 1, mixture, limits: limits, using: &generator)
                }
                switch Int.random(in: 0..<(depth > 0 ? 5 : 3), using: &generator) {
                case 3: return Entry(.block(name, try nested(), isRequired: flag))
                case 4 where limits:
                    let maximum = Int.random(in: 0...200, using: &generator)
                    return Entry(.blockList(name, try nested(), minimum: 1, maximum: maximum))
                case 4: return Entry(.blockList(name, try nested()))
                default:
                    let type = try CtyType.random(depth: 3, mixture, using: &generator)
                    return Entry(.attribute(name, type, isRequired: flag))
                }
            }
        )
    }
}
