import Foundation
import PackagePlugin

/// Tells the sources which commit they are: before every build it asks git and
/// writes `let commit = "…"`. Sources that are no checkout, such as those of an
/// archive, are of an unknown commit.
@main
struct CommitPlugin: BuildToolPlugin {
  func createBuildCommands(
    context: PluginContext, target: Target
  ) -> [Command] {
    let folder = context.pluginWorkDirectoryURL
    // A file that says the same stays as it is, so that nothing is built anew.
    let script = """
      commit=unknown
      if test -e "$1/.git"; then
        commit=$(git -C "$1" describe --always --dirty --abbrev=12 \\
          --exclude='*' 2>/dev/null) || commit=unknown
      fi
      text="let commit = \\"$commit\\""
      test "$(cat "$2" 2>/dev/null)" = "$text" || echo "$text" >"$2"
      """
    return [
      .prebuildCommand(
        displayName: "Asking for the commit",
        executable: URL(filePath: "/bin/sh"),
        arguments: [
          "-c", script, "sh", context.package.directoryURL.path,
          folder.appending(path: "Commit.swift").path,
        ], outputFilesDirectory: folder)
    ]
  }
}
