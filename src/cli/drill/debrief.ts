import { basename, join } from 'node:path'
import { findDrills, readDrill, readEarlier } from '../../client/drills.ts'
import { asternHome } from '../../client/home.ts'
import { isClosedRun } from '../../client/open-runs.ts'
import { firstLine } from '../../client/first-line.ts'
import { debriefOf } from '../../reports/debrief/debrief.ts'
import { debriefHtml, debriefJson, debriefMarkdown } from '../../reports/debrief/formats.ts'
import type { Fault, Result } from '../../state/fault.ts'
import { exitCode } from '../exit-codes.ts'
import type { Flags } from '../flags.ts'
import { answer, tell } from '../talk.ts'

const formats = { markdown: debriefMarkdown, html: debriefHtml, json: debriefJson }

/** Made again from the journals of this home: by the same version, byte for byte what was written when the drill ended. */
export async function debrief(flags: Flags, run?: string): Promise<number> {
  const home = asternHome(process.env)
  const found = await findDrill(home, run)
  const read = found.ok ? await readDrill(home, found.value) : found
  if (!read.ok) {
    tell(read.fault)
    return found.ok ? exitCode.short : exitCode.usage
  }
  const format = flags.json === true ? 'json' : (flags.format ?? 'markdown')
  const made = debriefOf(read.value, await readEarlier(home, read.value.lines))
  answer(formats[format as keyof typeof formats](made))
  return exitCode.reached
}

/** By its own name, by that of a run that was played in it, or the newest that is closed. */
async function findDrill(home: string, named: string | undefined): Promise<Result<string>> {
  if (named === undefined) {
    for (const { directory } of await findDrills(home))
      if (await isClosedRun(directory)) return { ok: true, value: directory }
    return { ok: false, fault: noDrill(`No drill was played to its end in ${home}`) }
  }
  const line = await firstLine(join(home, 'runs', named))
  if (line?.event.kind !== 'run.opened') return { ok: false, fault: noDrill(`There is no run ${named} in ${home}`) }
  if (line.event.purpose.kind === 'drill') return { ok: true, value: join(home, 'runs', named) }
  if (line.event.drill !== undefined) return { ok: true, value: join(home, 'runs', basename(line.event.drill.run)) }
  return { ok: false, fault: noDrill(`Run ${named} is no drill, and was not played in one`) }
}

function noDrill(what: string): Fault {
  return {
    code: 'drill.not-found',
    what,
    means: 'There is nothing to talk about.',
    next: 'List the runs of this home with: astern runs. ASTERN_HOME names another home.',
  }
}
