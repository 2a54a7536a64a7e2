import type { ProposalAnswer } from '../../state/learning/proposal.ts'

/** One answer from the command line. */
export type Answering = ProposalAnswer & { readonly id: string }
