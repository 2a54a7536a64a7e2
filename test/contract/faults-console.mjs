import { sayWhereItIs } from '../../src/cli/console-file.ts'

// A console as far as a drill sees it: it says where it is, and leaves when it is hung up on.
const [directory, role] = process.argv.slice(2)
const leave = sayWhereItIs(directory, role)
process.on('SIGHUP', () => {
  leave()
  process.exit(0)
})
setInterval(() => {}, 60_000)
process.stdout.write('here\n')
