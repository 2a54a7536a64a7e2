import { runProxy } from './cli/drill/proxy.ts'

/** A proxy that drills may disturb: as `astern drill --proxy FILE`. Its only argument is its file. */
process.exitCode = await runProxy(process.argv[2] ?? '')
