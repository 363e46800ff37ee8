import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';

/** Values from which a panel turns orange (look) and red (act). */
export interface ThresholdSteps {
  readonly look: number;
  readonly act: number;
  /** True when a small value is the bad one, such as a budget that is left. */
  readonly falling?: true;
}

/** Blue, orange and red rather than green and red: they differ for colour-blind people too. Never throws. */
export function thresholds({ look, act, falling }: ThresholdSteps): ThresholdsConfigBuilder {
  const steps = falling
    ? [
        { value: null, color: 'red' },
        { value: act, color: 'orange' },
        { value: look, color: 'blue' },
      ]
    : [
        { value: null, color: 'blue' },
        { value: look, color: 'orange' },
        { value: act, color: 'red' },
      ];
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
}
