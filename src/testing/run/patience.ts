/** By how much tests lengthen the deadlines of production: the machine may be busy with other work. */
export const patience = 20;
