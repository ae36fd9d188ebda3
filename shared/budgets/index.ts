// What callers share, and how much of it any of them gets: the figures, and what holds them.
export { Capacity, type GiveBack, type Holder, type Patience } from './capacity.js';
export { MovementFloor, TooSlow } from './movement-floor.js';
export { PaceCeiling } from './pace-ceiling.js';
export { type BudgetEntry, type BudgetKind, type BudgetName, budgets, figure } from './table.js';
