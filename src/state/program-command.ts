/** Where a program is run: beside the scripts on this machine, or in the release that brought them. */
export type ProgramPlace =
  | { readonly kind: 'directory'; readonly path: string }
  | {
      readonly kind: 'release'
      readonly service: string
      readonly host: string
      readonly release: string
      readonly digest: string
      /** Null: where the release begins. */
      readonly directory: string | null
    }

/** One migration by its tool's own command: what it does to rows and schema is not known. `env`: secret references alone. */
export type ProgramCommand = {
  readonly kind: 'database.program'
  readonly database: string
  readonly direction: 'down' | 'up'
  readonly migration: string
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly place: ProgramPlace
}

export function describeProgram({ direction, migration, database, argv, place }: ProgramCommand): string {
  return `${direction} ${migration} of ${database} by its own program, ${placeWords(place)}: ${argv.join(' ')}`
}

export function placeWords(place: ProgramPlace): string {
  if (place.kind === 'directory') return `in ${place.path}`
  return `in ${place.service} ${place.release} on ${place.host}`
}

/** What its marker row and its container are found by, within one run. */
export function programMark({ direction, migration }: Pick<ProgramCommand, 'direction' | 'migration'>): string {
  return `program ${direction} ${migration}`
}
