import { readFile, realpath } from 'node:fs/promises'
import { dirname } from 'node:path'
import { editManifest } from '../../manifest/edit/edit.ts'
import type { Proposal } from '../../state/learning/proposal.ts'
import { systemWords } from '../system-words.ts'
import { checkoutOf } from './checkout.ts'
import { replaceFile } from './replace-file.ts'

export type Taken = { readonly written: boolean; readonly says: string }

/** Writes one proposal into the file, with the rights of whoever took it. What stands there already is not written again. */
export async function takeProposal(file: string, proposal: Proposal): Promise<Taken> {
  try {
    const real = await realpath(file)
    const text = await readFile(real, 'utf8')
    const edited = editManifest(text, dirname(file), proposal)
    if (edited.kind === 'there') return { written: true, says: `it stood in ${real} already` }
    if (edited.kind !== 'changed') return { written: false, says: edited.says }
    const refused = await replaceFile(real, { before: text, after: edited.text })
    if (refused !== null) return { written: false, says: refused }
    const checkout = await checkoutOf(real)
    const commit = checkout === null ? '' : `; it is not committed yet in ${checkout}`
    return { written: true, says: `it stands in ${real}${commit}` }
  } catch (error) {
    return { written: false, says: `${file} cannot be read or written: ${systemWords(error)}` }
  }
}
