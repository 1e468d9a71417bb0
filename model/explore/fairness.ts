// Fairness: which steps cannot be put off for ever. Types only.

/**
 * A class of steps. `weak`: if one of them is possible without a break from some state on, one is taken again and again;
 * `strong`: if one of them is possible again and again. Steps of no class may be left out for ever.
 */
export interface Fairness {
  name: string;
  strength: 'weak' | 'strong';
}
