import type { Json } from '../../state/json.ts'

export type Row = Readonly<Record<string, Json>>

/** One statement on a session that can only read, its arguments bound and never part of the text. Throws where the server refuses. */
export type Query = (sql: string, ...args: Json[]) => Promise<readonly Row[]>
