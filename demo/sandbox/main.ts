import { tell } from './tell.ts'

/** `tell SOCKET WORD [RELEASE]`: one thing told to a sandbox. `serve KIND HOME`: is one, until it is ended. */
const [does, ...args] = process.argv.slice(2)

if (does === 'tell') process.exitCode = await tell(args[0] ?? '', args[1] ?? '', args[2] ?? '')
else await (await import('./serve.ts')).serve(args[0] === 'docker' ? 'docker' : 'embedded', args[1] ?? '')
