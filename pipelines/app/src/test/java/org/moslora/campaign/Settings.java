package org.moslora.campaign;

import java.nio.file.Path;
import java.util.Random;

/** How much of everything, from {@code -Dcampaign.NAME=N}; a small run unless told otherwise. */
final class Settings {
    /** Where everything is made and what went wrong is kept. */
    static final Path FOLDER = Path.of(System.getProperty("campaign.folder", "target/campaign"))
            .toAbsolutePath()
            .normalize();

    static final long SEED = Long.getLong("campaign.seed", 1);
    static final int KILLS = Integer.getInteger("campaign.kills", 2);
    static final int MUTATIONS = Integer.getInteger("campaign.mutations", 40);
    /** The number of the first mutation: with one mutation, that one again. */
    static final int FIRST = Integer.getInteger("campaign.first", 0);

    static final int PICTURES = Integer.getInteger("campaign.pictures", 60);
    static final int CHANGES = Integer.getInteger("campaign.changes", 20);
    /** Full disks, and pairs of writers, of each verb. */
    static final int ROUNDS = Integer.getInteger("campaign.rounds", 1);
    /** Only verbs and kinds of files whose name holds this. */
    static final String ONLY = System.getProperty("campaign.only", "");

    static final int WORKERS = Integer.getInteger("campaign.workers", 2);

    private Settings() {}

    /** Random numbers that are the same again for the same seed, part and number. */
    static Random random(String part, long number) {
        Random mixed = new Random(SEED * 1_000_003 + part.hashCode() * 31L + number);
        mixed.nextLong();
        return new Random(mixed.nextLong());
    }
}
