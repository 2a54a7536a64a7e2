import type { DrillCommand } from '../../../state/manifest.ts'

/** What a team does to itself, as its astern.yaml had it when it was done. */
export type CommandTask = { readonly family: 'command'; readonly name: string; readonly command: DrillCommand }
