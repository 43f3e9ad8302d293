// A scenario → what it costs at two versions of the gateway, which take turns with the pipes that both are compared with.
import type { Figure, Scenario } from './scenario.ts';

const TWO_VERSIONS = ['gateway', 'against', 'pipe', 'net'] as const;

export function sideBySide(scenario: Scenario): Scenario {
  return { ...scenario, targets: TWO_VERSIONS, figures: scenario.figures.filter(isToThePipe).flatMap(ofBoth) };
}

/** Whether it can be said of both versions. */
const isToThePipe = ({ as, of, to }: Figure): boolean => as !== 'own' && of === undefined && to === undefined;

function ofBoth(figure: Figure): Figure[] {
  const { atMost: _, ...unbound } = figure;
  return [
    figure,
    { ...unbound, label: `${figure.label}, against`, of: 'against' },
    { ...unbound, label: `${figure.label}, by against`, to: 'against' },
  ];
}
