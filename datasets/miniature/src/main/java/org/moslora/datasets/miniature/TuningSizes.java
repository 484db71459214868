package org.moslora.datasets.miniature;

import org.moslora.problems.Problems;

/**
 * How many conversations a data set for tuning has, each about a picture of its own.
 *
 * @param skillTraining about new skills, to learn from; three in ten are about what base models know
 * @param skillTest about new skills, never learnt from
 * @param baseTest about what base models know, never learnt from
 */
public record TuningSizes(int skillTraining, int skillTest, int baseTest) {
    public TuningSizes {
        Problems problems = new Problems();
        if (Math.min(skillTraining, Math.min(skillTest, baseTest)) < 1) {
            problems.add(
                    "conversations",
                    "must be at least 1 of each sort, got %d, %d and %d",
                    skillTraining,
                    skillTest,
                    baseTest);
        }
        problems.throwIfAny();
    }

    /** All of them. */
    public int rows() {
        return skillTraining + skillTest + baseTest;
    }

    /** How many pictures {@link WorldFolder#writeForTuning} paints. */
    public int pictures() {
        return rows() + AxolotlPictures.COUNT;
    }
}
