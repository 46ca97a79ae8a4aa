/** Where training stands, and the options of the schedules. */
export interface RateQuestion {
  /** Epochs since the start, fractions included: of those, `warmup` come before the schedule. */
  readonly time: number;
  /** Epochs of the whole training. */
  readonly epochs: number;
  readonly warmup: number;
  readonly gamma: number;
  readonly stepEpochs: number;
}

/** A course of the learning rate after its warm-up. */
export interface RateSchedule {
  readonly name: string;
  /** What the rate is multiplied with. */
  factor(question: RateQuestion): number;
}
