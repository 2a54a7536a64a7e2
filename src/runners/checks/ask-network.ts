import type { Question } from '../../state/check.ts'
import { connection } from '../../targets/probes/connection.ts'
import { dnsQuery } from '../../targets/probes/dns.ts'
import type { Asked } from './asked.ts'
import type { Asking } from './means.ts'

/** A trouble that shows nothing of whoever should listen there leaves open whether it would have connected. */
export async function askConnection(
  question: Extract<Question, { kind: 'tcp' | 'tls' }>,
  { timeoutMs }: Asking,
): Promise<Asked> {
  const { host, port } = question
  const met = await connection({ host, port, timeoutMs }, question.kind === 'tls' ? question : null)
  const { latencyMs } = met
  if (!met.ok) {
    const trouble = `${host}:${port}: ${met.trouble}`
    return met.certain ? { got: { latencyMs, connects: false, trouble } } : { verdict: 'inconclusive', says: trouble }
  }
  const { certificate } = met
  return {
    got: {
      latencyMs,
      connects: true,
      ...(certificate === null ? {} : { 'certificate days': certificate.daysLeft, protocol: certificate.protocol }),
    },
  }
}

export async function askDns(question: Extract<Question, { kind: 'dns' }>, { timeoutMs }: Asking): Promise<Asked> {
  const answer = await dnsQuery({ ...question, timeoutMs })
  if (!answer.ok) return { verdict: 'fail', says: answer.what }
  const { rcode, answers, latencyMs } = answer
  return { got: { rcode, answers, latencyMs } }
}
