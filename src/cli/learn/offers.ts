import { readFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { editManifest } from '../../manifest/edit/edit.ts'
import type { Offer } from '../../state/learning/offer.ts'
import type { Proposal } from '../../state/learning/proposal.ts'
import { unifiedDiff } from '../../state/unified-diff.ts'

/** Each proposal against the file as it is now, read and not written. */
export async function offersFor(file: string, proposals: readonly Proposal[]): Promise<readonly Offer[]> {
  const text = await readFile(file, 'utf8').catch(() => null)
  return proposals.map(proposal => offerOf(file, text, proposal))
}

function offerOf(file: string, text: string | null, proposal: Proposal): Offer {
  const { id } = proposal
  if (text === null)
    return {
      id,
      stands: 'cannot',
      says: `${file} cannot be read here: astern learn --config FILE takes another`,
      diff: [],
    }
  const edited = editManifest(text, dirname(file), proposal)
  if (edited.kind === 'changed')
    return { id, stands: 'open', says: '', diff: unifiedDiff(basename(file), text, edited.text) }
  return {
    id,
    stands: edited.kind,
    says: edited.kind === 'there' ? 'it stands in the file already' : edited.says,
    diff: [],
  }
}
