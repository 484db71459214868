/**
 * What a hostile user, a full disk and a power cut would do, done on purpose and counted: kills at random moments,
 * mutated inputs, thousands of pictures in one process, disks without room, two writers at once. Every part is a test
 * that is left out unless asked for and adds its rows to one table. Start with {@code Outcome}, which says what may
 * come of it, then any class whose name ends in Campaign.
 */
package org.moslora.campaign;
