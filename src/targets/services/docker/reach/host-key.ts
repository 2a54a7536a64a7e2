import { execFile } from 'node:child_process'
import { homedir } from 'node:os'

/**
 * Does this account know a key of the host? By what ssh itself would use (`ssh -G`) and by the exit code of `ssh-keygen
 * -F`; null: it cannot be told.
 */
export async function isKeyKnown(target: readonly string[]): Promise<boolean | null> {
  const settings = await run('ssh', ['-G', ...target])
  if (settings.code !== 0) return null
  const said = new Map(settings.out.split('\n').map(line => [line.split(' ', 1)[0] ?? '', line.replace(/^\S+ /, '')]))
  const host = said.get('hostkeyalias') ?? said.get('hostname')
  if (host === undefined || said.has('knownhostscommand')) return null
  const port = said.get('port') ?? '22'
  const name = port === '22' || said.has('hostkeyalias') ? host : `[${host}]:${port}`
  const files = `${said.get('userknownhostsfile') ?? ''} ${said.get('globalknownhostsfile') ?? ''}`
  const looks = files
    .split(' ')
    .filter(file => file !== '' && file !== 'none')
    .map(file => run('ssh-keygen', ['-F', name, '-f', file.replace(/^~(?=\/)/, homedir())]))
  return (await Promise.all(looks)).some(({ code }) => code === 0)
}

async function run(file: string, args: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  const { promise, resolve } = Promise.withResolvers<{ readonly code: number; readonly out: string }>()
  execFile(file, [...args], { timeout: 2000 }, (error, out) => resolve({ code: error === null ? 0 : 1, out }))
  return promise
}
