#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

StandardStreams.reserve()
Interruption.install()
exit(await HindsightCommand.run(Array(CommandLine.arguments.dropFirst())).rawValue)
