import { commandHands } from '../../command/act/hands.ts'
import { operatorHands } from '../../operator/act/hands.ts'
import { releasesHands } from '../../releases/act/hands.ts'
import { sqliteHands } from '../../sqlite/act/hands.ts'
import type { HandMeans, Hands } from '../hand.ts'
import type { Task } from '../task.ts'

export function handsFor(task: Task, means: HandMeans): Hands {
  switch (task.family) {
    case 'command':
      return commandHands(task)
    case 'operator':
      return operatorHands(task)
    case 'releases':
      return releasesHands(task, means)
    case 'sqlite':
      return sqliteHands(task)
  }
}
