import { RootCommand } from '@bomb.sh/tab'
import { exitCode } from '../exit-codes.ts'
import { answer } from '../talk.ts'
import { bashScript } from './bash.ts'

/** What a shell reads once, to ask with each press of tab from then on. */
export function printScript(shell: string): number {
  answer(shell === 'bash' ? bashScript : shell === 'zsh' ? zshScript() : scriptFor('fish'))
  return exitCode.reached
}

/**
 * Two places of the library's are other here: it cuts quoted words at their spaces, so that a reason of two words stands in a run's
 * place, and it has the shell evaluate what was typed before the last =.
 */
function zshScript(): string {
  return other(
    other(scriptFor('zsh'), 'words=( "${=words[1,CURRENT]}" )', 'words=( "${(@)words[1,CURRENT]}" )'),
    'flagPrefix="-P ${BASH_REMATCH}"',
    'flagPrefix="-P ${(q)BASH_REMATCH}"',
  )
}

function other(script: string, was: string, is: string): string {
  if (!script.includes(was)) throw new Error(`the script for zsh has no longer ${was}`)
  return script.replace(was, () => is)
}

function scriptFor(shell: 'zsh' | 'fish'): string {
  const { log } = console
  let text = ''
  console.log = (script: string) => void (text += script)
  try {
    new RootCommand().setup('astern', 'astern', shell)
  } finally {
    console.log = log
  }
  return text
}
