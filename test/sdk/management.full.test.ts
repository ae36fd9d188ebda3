import { testManagement } from './management-suite.js';

testManagement(['europe', 'germany', 'japan', 'unitedstates']);
