/** The target is too small for this span, although the span is within its limits: try again where there is more room. */
export const DOES_NOT_FIT = -1;

/** The span's fixed part (ids, name, times, status) alone is larger than `limits.spanBytes`. */
export const OVERSIZE = -2;

/** The span has no valid ids, or its encoding was entered again from a getter of one of its own values. */
export const ENCODE_ERROR = -3;
