package org.moslora.examples.subject;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.subject.PictureCycle.Entry;

/**
 * Which pictures make a step: a function of the seed and the step alone, so that a run can go on at any step. The
 * subjects' pictures go round without end, those of the class on their own. Safe to use from several threads.
 */
public final class SubjectPlan {
    private final Setting setting;
    private final PictureCycle subjects;
    private final @Nullable PictureCycle prior;

    /**
     * How steps are made up.
     *
     * @param shuffled whether every round has another order; else the subjects come one after the other, their pictures
     *     by file name
     * @param batchSize pictures of the subjects in a micro-batch, and as many of the class
     * @param accumulation micro-batches of a step
     * @param seed what orders, crops, mirroring and captions are drawn from
     * @param captions what is made of caption files; those of the class are not looked at
     * @param framing how pictures become pixels
     */
    public record Setting(
            boolean shuffled, int batchSize, int accumulation, long seed, Captions captions, Framing framing) {
        public Setting {
            if (batchSize < 1 || accumulation < 1) {
                throw new IllegalArgumentException(batchSize + " a batch, " + accumulation + " batches");
            }
        }
    }

    /**
     * A plan.
     *
     * @param subjects at least one
     * @param prior pictures of the class for prior preservation, or null
     */
    public SubjectPlan(List<Subject> subjects, @Nullable Subject prior, Setting setting) {
        this.setting = setting;
        this.subjects = new PictureCycle(entries(subjects), setting.shuffled(), SeededRandom.seed(setting.seed(), 1));
        this.prior = prior == null
                ? null
                : new PictureCycle(entries(List.of(prior)), setting.shuffled(), SeededRandom.seed(setting.seed(), 2));
    }

    private List<Entry> entries(List<Subject> all) {
        List<Entry> entries = new ArrayList<>();
        for (Subject subject : all) {
            for (SubjectPicture picture : subject.pictures().pictures()) {
                Entry entry =
                        new Entry(picture, subject.prompt(), setting.framing().sizeFor(picture));
                for (int i = 0; i < subject.repeats(); i++) {
                    entries.add(entry);
                }
            }
        }
        return entries;
    }

    /**
     * The micro-batches of a step, each of one size: the subjects' images, then as many of the class, framed alike.
     *
     * @param step from 0
     */
    public List<List<TrainingImage>> step(long step) {
        List<List<TrainingImage>> batches = new ArrayList<>();
        for (int i = 0; i < setting.accumulation(); i++) {
            batches.add(batch(step * setting.accumulation() + i));
        }
        return batches;
    }

    private List<TrainingImage> batch(long number) {
        int size = setting.batchSize();
        List<TrainingImage> images = new ArrayList<>();
        List<Entry> entries = subjects.batch(number, size);
        for (int i = 0; i < size; i++) {
            images.add(image(entries.get(i), entries.get(i).size(), number * size + i));
        }
        if (prior != null) {
            for (int i = 0; i < size; i++) {
                Entry entry = prior.at(number * size + i);
                long variation = variation(number * size + i, 2);
                images.add(new TrainingImage(
                        entry.picture(), entry.prompt(), entries.get(0).size(), true, variation));
            }
        }
        return images;
    }

    private TrainingImage image(Entry entry, ImageSize size, long place) {
        String words =
                setting.captions().words(entry.picture(), entry.prompt(), SeededRandom.at(setting.seed(), place, 3));
        return new TrainingImage(entry.picture(), words, size, false, variation(place, 1));
    }

    private long variation(long place, long kind) {
        return setting.framing().fixed() ? 0 : SeededRandom.seed(setting.seed(), place, 3 + kind);
    }
}
