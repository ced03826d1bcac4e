/** The factor by which tests lengthen the deadlines of production, because the machine may be busy. */
export const patience = 20;
