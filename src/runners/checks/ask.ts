import type { Question } from '../../state/check.ts'
import { oneLine } from '../../state/text.ts'
import { MissingSecret } from '../secrets.ts'
import { askCommand } from './ask-command.ts'
import { askDocker, askExec, askLog } from './ask-containers.ts'
import { askHttp } from './ask-http.ts'
import { askConnection, askDns } from './ask-network.ts'
import { askSql } from './ask-sql.ts'
import type { Asked } from './asked.ts'
import { prepared, Unfilled } from './fill.ts'
import type { Asking } from './means.ts'

/** One question, answered by its deadline: once, or by each host that was meant. What cannot be asked is no failure. */
export async function ask(question: Question, asking: Asking): Promise<readonly Asked[]> {
  try {
    const ready = await prepared(question, asking.values, asking.resolve)
    return await orLate(put(ready, asking), question.kind, asking.timeoutMs)
  } catch (error) {
    const final = error instanceof Unfilled || error instanceof MissingSecret
    const says = final ? error.message : `it could not be asked: ${oneLine(String(error))}`
    return [{ verdict: 'inconclusive', says, ...(final ? { final } : {}) }]
  }
}

async function put(question: Question, asking: Asking): Promise<readonly Asked[]> {
  switch (question.kind) {
    case 'http':
      return [await askHttp(question, asking)]
    case 'tcp':
    case 'tls':
      return [await askConnection(question, asking)]
    case 'dns':
      return [await askDns(question, asking)]
    case 'sql':
      return [await askSql(question, asking)]
    case 'command':
      return [await askCommand(question, asking)]
    case 'exec':
      return askExec(question, asking)
    case 'docker':
      return askDocker(question, asking)
    case 'log':
      return askLog(question, asking)
  }
}

/** What a question of its own knows to say of its deadline, it says first. */
const graceMs = 1000

/** An Engine that is not heard of shows nothing of its containers. */
async function orLate(work: Promise<readonly Asked[]>, kind: Question['kind'], timeoutMs: number) {
  const { promise, resolve } = Promise.withResolvers<readonly Asked[]>()
  const engine = kind === 'docker' || kind === 'log' || kind === 'exec'
  const late: Asked = engine
    ? { verdict: 'inconclusive', says: `its Engine gave no answer in ${timeoutMs} ms` }
    : { verdict: 'fail', says: `no answer in ${timeoutMs} ms` }
  const timer = setTimeout(() => resolve([late]), timeoutMs + graceMs)
  return Promise.race([work, promise]).finally(() => clearTimeout(timer))
}
