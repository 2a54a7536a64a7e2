import type { FaultKind, FaultSettings, InjectTarget } from './scenario.ts'

/** A fault that a drill puts at a target, and takes away again. Named there by the drill's run and the inject's id. */
export type FaultCommand = InjectFault | UndoFault

export type InjectFault = {
  readonly kind: 'drill.inject'
  readonly inject: string
  readonly fault: FaultKind
  readonly target: InjectTarget
  readonly settings: FaultSettings
  /** Gone at the target by itself so long after it was put there, whoever is left. */
  readonly expiresMs: number
}

/** What is taken away has to be known also where nobody remembers putting it there. */
export type UndoFault = { readonly kind: 'drill.undo'; readonly injected: InjectFault }

export function isFault(command: { readonly kind: string }): command is FaultCommand {
  return command.kind === 'drill.inject' || command.kind === 'drill.undo'
}

/** `lock rows of main`, `pause api on web-1` */
export function describeFault(command: FaultCommand): string {
  if (command.kind === 'drill.undo') return `take away: ${describeFault(command.injected)}`
  return `${words[command.fault]} ${targetWords(command.target)}`
}

export function targetWords(target: InjectTarget): string {
  switch (target.kind) {
    case 'service':
      return `${target.service} on ${target.host}`
    case 'host':
      return target.host
    case 'database':
      return target.database
    case 'channel':
      return `channel ${target.channel}`
    case 'command':
      return target.command
    case 'operator':
      return 'the operator'
  }
}

const words: Readonly<Record<FaultKind, string>> = {
  stop: 'stop',
  kill: 'kill',
  pause: 'pause',
  restart_loop: 'restart again and again',
  latency: 'slow the way to',
  errors: 'answer errors for',
  cut_off: 'cut the way to',
  image_gone: 'take the image away of',
  tag_moved: 'move the tag of',
  disk_full: 'fill the disk of',
  daemon_gone: 'cut off the host',
  row_locks: 'lock rows of',
  slow_queries: 'slow the queries of',
  statement_failure: 'make statements fail in',
  channel_down: 'take down',
  console_killed: 'kill the console of',
  link_dropped: 'drop the link of',
  command: 'run',
  event: 'tell',
}
