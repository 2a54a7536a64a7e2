import { readFile } from 'node:fs/promises'

/** Whose certificates count: the system's authorities, or those of a file; or everybody's, where the manifest says so. */
export type Trusted = { readonly ca?: string; readonly unverified?: true }

export async function trustOf({ ca, unverified }: Trusted): Promise<{ ca?: Buffer; rejectUnauthorized?: false }> {
  return {
    ...(ca === undefined ? {} : { ca: await readFile(ca) }),
    ...(unverified === true ? { rejectUnauthorized: false } : {}),
  }
}
