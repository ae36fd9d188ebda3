import { testManagement } from './management-suite.js';

testManagement(['europe', 'japan']);
