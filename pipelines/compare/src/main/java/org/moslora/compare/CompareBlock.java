package org.moslora.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;
import org.moslora.console.recipe.MustExist;
import org.moslora.problems.NearestName;
import org.moslora.problems.Problems;

/** The recipe's {@code compare:} block. What is not named in it stays as the rest of the recipe has it. */
public record CompareBlock(
        @Default("[]") @Meaning("adapter kinds, each of which becomes a variant of that name")
        List<String> kinds,

        @Default("{}") @Meaning("further variants: a name, and the keys that make it, by dotted path")
        Map<String, Map<String, String>> variants,

        @Meaning("the variant that the others are tested against; the first if absent") @Nullable
        String baseline,

        @Default("[]") @Meaning("ranks; the recipe's own if empty")
        List<Integer> ranks,

        @Default("[]") @Meaning("learning rates, of which the best by validation is taken for each variant and rank")
        List<Double> learningRates,

        @Default("[0, 1, 2, 3, 4]") List<Long> seeds,

        @Default("[]") @Meaning("seeds with which the rate is chosen; all if empty")
        List<Long> rateSeeds,

        @Default("[]") @Meaning("numbers of training rows, for curves over little data; all rows if empty")
        List<Integer> rows,

        @Meaning("the score by which rates are chosen and which is told first; accuracy, of pictures subject_fidelity,"
                + " if absent")
        @Nullable
        Metric metric,

        @Default("[]") @Meaning("conversations by which rates are chosen") @MustExist(MustExist.Thing.FILE)
        List<Path> validation,

        @Default("[]") @Meaning("conversations that scores are given on") @MustExist(MustExist.Thing.FILE)
        List<Path> test,

        @Default("32") @Meaning("tokens of an answer") int maxNewTokens,

        @Meaning("what is painted, and who judges it, where the pipeline trains a model that paints") @Nullable
        PicturesBlock pictures,

        @Default("[]") @Meaning("variants that the program may refuse: the table then says why")
        List<String> mayBeRefused) {
    public CompareBlock {
        Problems problems = new Problems();
        Map<String, Map<String, String>> all = new LinkedHashMap<>();
        kinds.forEach(kind -> all.put(kind, Map.of("adapter.kind", kind)));
        variants.forEach((name, keys) -> {
            if (all.put(name, keys) != null) {
                problems.add("variants", "has \"%s\", which kinds has too", name);
            }
        });
        if (all.isEmpty()) {
            problems.add("kinds", "and variants are both empty; name what is to be compared");
        }
        all.keySet().stream()
                .filter(name -> !name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,40}"))
                .forEach(
                        name -> problems.add("variants", "has the name \"%s\"; letters, digits, . _ - make one", name));
        known(problems, "baseline", baseline == null ? List.of() : List.of(baseline), all);
        known(problems, "may_be_refused", mayBeRefused, all);
        distinct(problems, "seeds", seeds);
        if (seeds.isEmpty()) {
            problems.add("seeds", "must not be empty");
        }
        if (!seeds.containsAll(rateSeeds)) {
            problems.add("rate_seeds", "must be some of seeds %s, got %s", seeds, rateSeeds);
        }
        distinct(problems, "ranks", ranks);
        distinct(problems, "learning_rates", learningRates);
        distinct(problems, "rows", rows);
        if (rows.stream().anyMatch(count -> count < 1)) {
            problems.add("rows", "must be at least 1, got %s", rows);
        }
        if (maxNewTokens < 1) {
            problems.add("max_new_tokens", "must be at least 1, got %d", maxNewTokens);
        }
        switch (scored(metric, pictures).of()) {
            case CONVERSATIONS -> onConversations(problems, validation, test, learningRates.size() > 1);
            case PICTURES -> onPictures(problems, scored(metric, pictures), pictures, learningRates.size() > 1);
            case TRAINING -> {}
        }
        onlyOne(problems, scored(metric, pictures), pictures, validation, test);
        problems.throwIfAny();
        variants = Collections.unmodifiableMap(new LinkedHashMap<>(variants));
    }

    private static Metric scored(@Nullable Metric metric, @Nullable PicturesBlock pictures) {
        return metric != null ? metric : pictures == null ? Metric.ACCURACY : Metric.SUBJECT_FIDELITY;
    }

    private static void onConversations(Problems problems, List<Path> validation, List<Path> test, boolean chooses) {
        if (test.isEmpty()) {
            problems.add("test", "is missing: conversations that scores are given on");
        }
        if (validation.isEmpty() && chooses) {
            problems.add("validation", "is missing: conversations by which one of the learning rates is chosen");
        }
    }

    private static void onPictures(
            Problems problems, Metric metric, @Nullable PicturesBlock pictures, boolean chooses) {
        if (pictures == null) {
            problems.add("pictures", "is missing: what is painted and who judges it, for metric %s", metric.key());
            return;
        }
        if (pictures.validationPrompts().isEmpty() && chooses) {
            problems.add(
                    "pictures.validation_prompts", "is missing: prompts by which one of the learning rates is chosen");
        }
        if (metric.isOfClass() && pictures.classPrompts().isEmpty()) {
            problems.add("pictures.class_prompts", "is missing: whose pictures metric %s is of", metric.key());
        }
    }

    /** Whatever is given but would never be looked at is a mistake. */
    private static void onlyOne(
            Problems problems,
            Metric metric,
            @Nullable PicturesBlock pictures,
            List<Path> validation,
            List<Path> test) {
        if (pictures != null && metric.of() != Metric.Of.PICTURES) {
            problems.add(
                    "metric",
                    "is %s, but pictures are asked for; of those there are %s",
                    metric.key(),
                    Metric.all(Metric.Of.PICTURES).stream().map(Metric::key).collect(Collectors.joining(", ")));
        }
        if (pictures != null && !(validation.isEmpty() && test.isEmpty())) {
            problems.add("pictures", "and conversations, validation or test, cannot both be scored; leave one out");
        }
    }

    private static void known(Problems problems, String key, List<String> names, Map<String, Map<String, String>> all) {
        for (String name : names) {
            if (!all.containsKey(name)) {
                problems.add(key, "names no variant \"%s\"%s", name, NearestName.hint(name, all.keySet()));
            }
        }
    }

    private static void distinct(Problems problems, String key, List<?> values) {
        if (values.stream().distinct().count() < values.size()) {
            problems.add(key, "has the same value twice: %s", values);
        }
    }

    /** All variants in order, kinds first. */
    List<Variant> all() {
        List<Variant> all = new ArrayList<>();
        kinds.forEach(kind -> all.add(new Variant(kind, List.of("adapter.kind=" + kind))));
        variants.forEach((name, keys) -> all.add(new Variant(
                name,
                keys.entrySet().stream()
                        .map(key -> key.getKey() + "=" + key.getValue())
                        .sorted()
                        .toList())));
        return all;
    }

    /** The name of the variant that the others are tested against. */
    String base() {
        return baseline == null ? all().get(0).name() : baseline;
    }

    /** The score by which rates are chosen and which is told first. */
    Metric primary() {
        return scored(metric, pictures);
    }

    /** With which seeds rates are chosen. */
    List<Long> choosing() {
        return rateSeeds.isEmpty() ? seeds : rateSeeds;
    }
}
