/// Runs the transfers of a tree's files side by side, as many as their weights allow.
///
/// The first error ends the others and is rethrown when they are gone.
func runTransfers<Item: Sendable>(
    _ items: [Item],
    limit: Int,
    weight: (Item) -> Int,
    _ transfer: @escaping @Sendable (Item) async throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: Int.self) { group in
        var load = 0
        for item in items {
            let share = min(limit, weight(item))
            while load + share > limit, let done = try await group.next() { load -= done }
            group.addTask {
                try await transfer(item)
                return share
            }
            load += share
        }
        while try await group.next() != nil {}
    }
}
