import { askSandbox } from '../../src/cli/drill/sandbox/ask.ts'

/** What drill.commands of a sandbox are: one thing told to it. Ends with 0 where it was done, or is so. */
export async function tell(socket: string, word: string, release: string): Promise<number> {
  const answer = await askSandbox(socket, word === 'holds' ? 'GET' : 'POST', `${word}/${encodeURIComponent(release)}`)
  // Gone with everything that was in it.
  if (answer === null && word === 'withdraw') return 0
  if (answer?.ok === true) return word !== 'holds' || ('holds' in answer.body && answer.body.holds === true) ? 0 : 1
  process.stderr.write(`sandbox: ${answer === null ? `nobody answers at ${socket}` : answer.why}\n`)
  return 2
}
