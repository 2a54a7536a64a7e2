import { releasesHands } from '../../releases/act/hands.ts'
import type { HandMeans, Hands } from '../hand.ts'
import type { Task } from '../task.ts'

export function handsFor(task: Task, means: HandMeans): Hands {
  return releasesHands(task, means)
}
