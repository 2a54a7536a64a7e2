import { oneLine } from '../../../state/text.ts'
import type { SwarmTask, TaskState } from './api.ts'
import type { Standing } from './find.ts'
import { digestIn } from './images.ts'
import { desiredOf } from './parking.ts'

const ended: ReadonlySet<TaskState> = new Set(['complete', 'shutdown', 'failed', 'rejected', 'remove', 'orphaned'])
const failed: ReadonlySet<TaskState> = new Set(['failed', 'rejected'])
/** No node was told of these. */
const unplaced: ReadonlySet<TaskState> = new Set(['new', 'allocated', 'pending'])

export function runs({ Status, DesiredState }: SwarmTask): boolean {
  return Status.State === 'running' && DesiredState === 'running'
}

/** Its process is over, or never was. */
export function isEnded({ Status: { State } }: SwarmTask): boolean {
  return ended.has(State)
}

/** On some node there is, or may come to be, a process of it. */
export function isAlive({ Status: { State } }: SwarmTask): boolean {
  return !ended.has(State) && !unplaced.has(State)
}

/** Those that are meant to run and do, in the order of their ids. A node that is down says nothing of its tasks. */
export function runningOf({ tasks, nodes }: Standing): readonly SwarmTask[] {
  return tasks
    .filter(task => runs(task) && isReady(nodes.get(task.NodeID ?? '')))
    .sort((a, b) => (a.ID < b.ID ? -1 : 1))
}

/** Those that ran when their node was last heard of. Whatever is wanted of them now, they may run on. */
export function silentOf({ tasks, nodes }: Standing): readonly SwarmTask[] {
  return tasks.filter(task => isAlive(task) && !isReady(nodes.get(task.NodeID ?? '')))
}

/** How many are meant to run. Of a global service: one for each node that takes it. */
export function wantedOf({ service, tasks }: Standing): number {
  return desiredOf(service.Spec) ?? tasks.filter(({ DesiredState }) => DesiredState === 'running').length
}

export function isReady(node: { readonly Status: { readonly State: string } } | undefined): boolean {
  return node?.Status.State === 'ready'
}

/** Those that failed of the spec as it is now, the newest first. Whoever changes a spec takes its update's status away. */
export function failedOf({ service, tasks }: Standing): readonly SwarmTask[] {
  const since = service.UpdateStatus?.StartedAt ?? service.UpdatedAt
  return tasks
    .filter(({ Status, CreatedAt }) => failed.has(Status.State) && Date.parse(CreatedAt) >= Date.parse(since))
    .sort((a, b) => Date.parse(b.Status.Timestamp) - Date.parse(a.Status.Timestamp))
}

export function digestOf({ Spec }: SwarmTask): string | null {
  return digestIn(Spec.ContainerSpec?.Image ?? '')
}

export function nodeName({ nodes }: Standing, { NodeID = '' }: SwarmTask): string {
  return nodes.get(NodeID)?.Description.Hostname ?? (NodeID === '' ? 'no node' : NodeID.slice(0, 12))
}

/** `task 2aaab76f5da9 on web-2 failed: task: non-zero exit (3)` */
export function failureInWords(standing: Standing, task: SwarmTask): string {
  const { State, Err, Message } = task.Status
  const why = oneLine(Err ?? Message ?? '', 200)
  return `task ${task.ID.slice(0, 12)} on ${nodeName(standing, task)} ${State === 'failed' || State === 'rejected' ? State : `is ${State}`}${why === '' ? '' : `: ${why}`}`
}

/** `1 on web-1, 2 on web-2` */
export function perNode(standing: Standing, tasks: readonly SwarmTask[]): string {
  const counts = new Map<string, number>()
  for (const task of tasks) {
    const node = nodeName(standing, task)
    counts.set(node, (counts.get(node) ?? 0) + 1)
  }
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([node, count]) => `${count} on ${node}`)
    .join(', ')
}

/** `web-1, web-2` */
export function nodesOf(standing: Standing, tasks: readonly SwarmTask[]): string {
  return [...new Set(tasks.map(task => nodeName(standing, task)))].sort().join(', ')
}
