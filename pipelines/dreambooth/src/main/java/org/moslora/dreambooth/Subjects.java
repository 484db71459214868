package org.moslora.dreambooth;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.Order;
import org.moslora.examples.subject.Subject;
import org.moslora.examples.subject.SubjectPicture;
import org.moslora.examples.subject.SubjectPictures;
import org.moslora.examples.subject.SubjectPlan;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.problems.Problems;
import org.moslora.training.recipe.TrainingBlock;
import org.moslora.training.recipe.ValidationBlock;

/** The subjects' pictures as they are found, and the plan of steps over them. */
final class Subjects {
    private static final int NAMED = 3;

    private final DreamBoothRecipe recipe;
    private final List<Subject> subjects;
    private final List<Subject> heldBack;

    private Subjects(DreamBoothRecipe recipe, List<Subject> subjects, List<Subject> heldBack) {
        this.recipe = recipe;
        this.subjects = List.copyOf(subjects);
        this.heldBack = List.copyOf(heldBack);
    }

    /**
     * Decodes every subject's pictures once.
     *
     * @throws org.moslora.problems.InvalidInput with every folder that holds none
     */
    static Subjects read(DreamBoothRecipe recipe, Messages messages) {
        Problems problems = new Problems();
        List<Subject> subjects = new ArrayList<>();
        List<Subject> heldBack = new ArrayList<>();
        for (int i = 0; i < recipe.instance().size(); i++) {
            InstanceBlock block = recipe.instance().get(i);
            String where = recipe.instance().size() == 1 ? "instance.images" : "instance[" + i + "].images";
            problems.collect(() -> {
                SubjectPictures pictures = SubjectPictures.read(
                        where, block.images(), recipe.loss().mask());
                tell(pictures, recipe.resolution(), messages);
                List<SubjectPicture> apart = apart(where, pictures.pictures(), recipe.validation());
                List<SubjectPicture> learnt = new ArrayList<>(pictures.pictures());
                learnt.removeAll(apart);
                subjects.add(new Subject(pictures.only(learnt), block.prompt(), block.repeats()));
                if (!apart.isEmpty()) {
                    heldBack.add(new Subject(pictures.only(apart), block.prompt(), 1));
                }
            });
        }
        problems.throwIfAny();
        return new Subjects(recipe, subjects, heldBack);
    }

    /** Which pictures are not learnt from: a share of each subject's, one at least, by the validation's own seed. */
    private static List<SubjectPicture> apart(String where, List<SubjectPicture> all, ValidationBlock block) {
        if (block.fraction() == 0) {
            return List.of();
        }
        int count = (int) Math.max(1, Math.round(block.fraction() * all.size()));
        if (count >= all.size()) {
            throw new InvalidInput(
                    where,
                    "holds " + all.size() + " pictures, of which validation.fraction " + block.fraction()
                            + " leaves none to learn from");
        }
        List<SubjectPicture> order = new ArrayList<>(all);
        Collections.shuffle(order, new Random(block.seed()));
        return all.stream().filter(order.subList(0, count)::contains).toList();
    }

    /** What the user should know of a folder. */
    static void tell(SubjectPictures pictures, int resolution, Messages messages) {
        pictures.notes().forEach(note -> messages.tell(pictures.folder() + ": " + note));
        List<SubjectPicture> small = pictures.smallerThan(resolution);
        if (!small.isEmpty()) {
            List<String> names = small.stream()
                    .limit(NAMED)
                    .map(picture -> String.valueOf(picture.file().getFileName()))
                    .toList();
            messages.tell(pictures.folder() + ": " + small.size() + " pictures are smaller than resolution "
                    + resolution + " and will be enlarged: " + String.join(", ", names)
                    + (small.size() > NAMED ? ", …" : ""));
        }
    }

    /** Pictures in one round. */
    int pictures() {
        return subjects.stream()
                .mapToInt(subject -> subject.pictures().pictures().size() * subject.repeats())
                .sum();
    }

    /** Steps in which about every picture comes once. */
    int stepsPerRound() {
        int perStep = recipe.training().batchSize() * recipe.training().gradientAccumulation();
        return (pictures() + perStep - 1) / perStep;
    }

    /** Every subject. */
    List<Subject> all() {
        return subjects;
    }

    /** What is not learnt from. */
    List<Subject> heldBack() {
        return heldBack;
    }

    /** Which pictures make which step. */
    SubjectPlan plan(@Nullable Subject prior) {
        TrainingBlock training = recipe.training();
        return new SubjectPlan(
                subjects,
                prior,
                new SubjectPlan.Setting(
                        recipe.data().order() == Order.SHUFFLED,
                        training.batchSize(),
                        training.gradientAccumulation(),
                        training.seed(),
                        recipe.captions().captions(),
                        recipe.framing()));
    }
}
