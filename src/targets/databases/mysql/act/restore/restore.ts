import type { Fault } from '../../../../../state/fault.ts'
import type { RestoreCommand } from '../../../../../state/restore-command.ts'
import type { Evidence } from '../../../../outcome.ts'
import type { RunContext } from '../../../../permit.ts'
import type { MysqlConfig } from '../../config.ts'
import type { Session } from '../../session.ts'
import { capture } from './capture.ts'
import { clear } from './clear.ts'
import { hook } from './hook.ts'
import { load } from './load.ts'
import { reclaim } from './reclaim.ts'
import { replay } from './replay.ts'
import { salvage } from './salvage.ts'
import { swap } from './swap.ts'
import { tidy } from './tidy.ts'
import { unhook } from './unhook.ts'
import { verify } from './verify.ts'
import type { Told, Work } from './work.ts'

/** Each of them finds what is done already by looking, and goes on from there. */
export async function restore(
  config: MysqlConfig,
  session: Session,
  command: RestoreCommand,
  context: RunContext,
  evidence: Evidence,
): Promise<string | Told | Fault> {
  const work: Work = { config, session, context, evidence }
  switch (command.kind) {
    case 'database.load':
      return load(work, command)
    case 'database.replay':
      return replay(work, command)
    case 'database.verify':
      return verify(work, command)
    case 'database.reclaim':
      return reclaim(work, command)
    case 'database.capture':
      return capture(work, command)
    case 'database.unhook':
      return unhook(work, command)
    case 'database.swap':
      return swap(work, command)
    case 'database.salvage':
      return salvage(work, command)
    case 'database.hook':
      return hook(work, command)
    case 'database.clear':
      return clear(work, command)
    case 'database.tidy':
      return tidy(work, command)
  }
}
