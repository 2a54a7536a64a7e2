import type { Role } from './console-session.ts'
import type { Flags } from './flags.ts'

/** How a run is shown, and whether anybody is asked. `follow`: lines, and nobody asked. */
export type Mode = {
  readonly kind: 'screen' | 'questions' | 'follow' | 'headless'
  readonly ears: boolean
  /** Why it is not the screen, where nobody asked for something else. */
  readonly why: string | null
}

export type Around = {
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
  readonly term: string | undefined
  readonly screenReader: string | undefined
}

type Asked = Pick<Flags, 'plain' | 'screenReader' | 'headless' | 'json'>

export function modeOf(flags: Asked, role: Role, around: Around): Mode {
  const ears = flags.screenReader === true || around.screenReader === 'true'
  const canAsk = around.stdin && (around.stdout || around.stderr)
  const lacks = lacking(around)
  if (role === 'watch') {
    const wants = flags.plain === true || flags.json === true || ears
    const shown = !wants && lacks === null
    return {
      kind: shown ? 'screen' : 'follow',
      ears,
      why: wants || shown ? null : `Lines in the place of the screen: ${lacks}.`,
    }
  }
  if (flags.headless === true || flags.json === true) return { kind: 'headless', ears, why: null }
  if (!canAsk)
    return {
      kind: 'headless',
      ears,
      why: `Nothing is asked here: ${around.stdin ? 'neither stdout nor stderr is a terminal' : 'stdin is no terminal'}. Where the run needs a person, it holds; --headless says that this is meant.`,
    }
  if (flags.plain === true || ears || lacks === null)
    return { kind: flags.plain === true || ears ? 'questions' : 'screen', ears, why: null }
  return { kind: 'questions', ears, why: `Lines in the place of the screen: ${lacks}.` }
}

/** What the screen needs and is not there. */
function lacking({ stdin, stdout, term }: Around): string | null {
  if (!stdin) return 'stdin is no terminal'
  if (!stdout) return 'stdout is no terminal'
  return term === 'dumb' ? 'the terminal is dumb (TERM)' : null
}

export function modeHere(flags: Asked, role: Role): Mode {
  return modeOf(flags, role, {
    stdin: process.stdin.isTTY === true,
    stdout: process.stdout.isTTY === true,
    stderr: process.stderr.isTTY === true,
    term: process.env['TERM'],
    screenReader: process.env['INK_SCREEN_READER'],
  })
}
