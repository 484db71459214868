package org.moslora.tuning;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.moslora.datasets.ConversationChecks;
import org.moslora.datasets.ConversationRow;
import org.moslora.datasets.ConversationRows;
import org.moslora.datasets.Finding;
import org.moslora.datasets.RowPlace;
import org.moslora.datasets.Severity;
import org.moslora.examples.Example;
import org.moslora.examples.Shuffle;
import org.moslora.examples.image.PictureInput;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.Encoded;
import org.moslora.examples.text.ShownPicture;
import org.moslora.problems.Grouped;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.training.recipe.ValidationBlock;

/**
 * Conversations that were read, checked and measured: every row is known to give an example. The examples themselves
 * are made when a step wants them.
 */
final class TuningData {
    private final List<Conversation> rows;
    private final List<Conversation> heldBack;
    private final Processor processor;
    private final int[] lengths;
    private final double[] weights;
    private final Map<Conversation, Conversation> rejected;
    private final int largestPicture;

    private TuningData(
            List<Conversation> rows,
            List<Conversation> heldBack,
            Processor processor,
            int[] lengths,
            double[] weights,
            Map<Conversation, Conversation> rejected,
            int largestPicture) {
        this.largestPicture = largestPicture;
        this.weights = weights;
        this.rejected = rejected;
        this.rows = rows;
        this.heldBack = heldBack;
        this.processor = processor;
        this.lengths = lengths;
    }

    /**
     * Reads and checks everything.
     *
     * @param messages sees what is odd but not wrong
     * @throws InvalidInput with every row that cannot be used, unless the policy leaves it out
     */
    static TuningData read(TuningRecipe recipe, Processor processor, Messages messages) {
        TuningDataBlock block = recipe.data();
        TuningRows sets = TuningRows.read(recipe);
        ConversationRows read = sets.rows();
        Measured measured = measure(read, processor, false);
        List<Conversation> good = block.onBadSample().keep(read, measured.findings());
        Set<Finding> all = new LinkedHashSet<>(read.findings());
        all.addAll(measured.findings());
        for (Severity severity : Severity.values()) {
            Grouped.some(Finding.problems(all, severity))
                    .forEach(problem -> messages.tell(problem + " (" + severity.action() + ")"));
        }
        processor.boxCheck().tell(read, messages);
        Split split = Split.of(good, recipe.validation());
        return new TuningData(
                split.kept(),
                split.held(),
                processor,
                measured.lengths(split.kept()),
                sets.weights(split.kept()),
                read.rejected(),
                measured.largestPicture());
    }

    /**
     * What looking at rows and encoding them has shown.
     *
     * @param findings what is wrong or odd, the encoder's complaints last
     * @param lengths tokens of each row that can be used, of both answers where there are two, by identity; negative
     *     without pictures
     * @param largestPicture image tokens of the picture that takes most
     */
    record Measured(List<Finding> findings, Map<Conversation, Integer> lengths, int largestPicture) {
        /** Those of some rows. */
        int[] lengths(List<Conversation> rows) {
            return rows.stream().mapToInt(row -> lengths.getOrDefault(row, 0)).toArray();
        }

        /** Tokens of the longest row. */
        int longest() {
            return lengths.values().stream().mapToInt(Math::abs).max().orElse(0);
        }

        /** Pictures of the row that has most. */
        int mostPictures() {
            return lengths.keySet().stream()
                    .mapToInt(row -> row.images().size())
                    .max()
                    .orElse(0);
        }
    }

    /** Looks at rows and their pictures, and encodes every row that is sound so far, once. */
    static Measured measure(ConversationRows read, Processor processor, boolean deep) {
        List<Finding> findings = new ArrayList<>(
                ConversationChecks.check(read.rows(), processor.images(), deep, processor.needs(), threads()));
        Set<RowPlace> bad = new HashSet<>();
        findings.stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .forEach(finding -> bad.add(finding.at()));
        Map<Conversation, Integer> lengths = Collections.synchronizedMap(new IdentityHashMap<>());
        LongAccumulator largest = new LongAccumulator(Math::max, 0);
        findings.addAll(read.rows().parallelStream()
                .filter(row -> !bad.contains(row.at()))
                .flatMap(row ->
                        encoded(row, read.rejected().get(row.conversation()), processor, lengths, largest).stream())
                .toList());
        findings.addAll(processor.boxCheck().odd(read, lengths.keySet()));
        return new Measured(findings, lengths, largest.intValue());
    }

    /** Notes the row's length, or says why it gives no example. */
    private static Optional<Finding> encoded(
            ConversationRow row,
            @Nullable Conversation other,
            Processor processor,
            Map<Conversation, Integer> lengths,
            LongAccumulator largest) {
        try {
            Encoded encoded = processor.encoder().encode(row.conversation());
            int more = other == null ? 0 : processor.encoder().encode(other).ids().length;
            int tokens = encoded.ids().length + more;
            encoded.images().forEach(picture -> largest.accumulate(picture.tokens()));
            lengths.put(row.conversation(), encoded.images().isEmpty() ? -tokens : tokens);
            return Optional.empty();
        } catch (InvalidInput invalid) {
            return Optional.of(new Finding(
                    row.at(),
                    row.conversation().id(),
                    Severity.ERROR,
                    "no-example",
                    invalid.problems().get(0).what()));
        }
    }

    /**
     * The rows that are learnt from and those that are held back, both in their order.
     *
     * @param kept to learn from
     * @param held back
     */
    record Split(List<Conversation> kept, List<Conversation> held) {
        /** @throws InvalidInput when the recipe's share leaves nothing on one side */
        static Split of(List<Conversation> good, ValidationBlock validation) {
            int count = (int) Math.round(validation.fraction() * good.size());
            if (validation.fraction() > 0 && (count == 0 || count == good.size())) {
                throw new InvalidInput(
                        "validation.fraction",
                        validation.fraction() + " of " + good.size() + " conversations leaves one side empty");
            }
            SplittableRandom random = new SplittableRandom(validation.seed());
            int[] order = Shuffle.of(IntStream.range(0, good.size()).toArray(), random::nextInt);
            Set<Integer> out = new HashSet<>();
            IntStream.range(0, count).forEach(i -> out.add(order[i]));
            List<Conversation> kept = new ArrayList<>();
            List<Conversation> held = new ArrayList<>();
            for (int i = 0; i < good.size(); i++) {
                (out.contains(i) ? held : kept).add(good.get(i));
            }
            return new Split(kept, held);
        }
    }

    /** Threads that prepare examples. */
    static int threads() {
        return Math.max(1, Math.min(8, Runtime.getRuntime().availableProcessors()));
    }

    /** Rows to train on. */
    int size() {
        return rows.size();
    }

    /** What a row is called. */
    String id(int row) {
        return rows.get(row).id();
    }

    /** Tokens of each row, negative without pictures. */
    int[] lengths() {
        return lengths.clone();
    }

    /** How often each row comes, compared with those of weight 1. */
    double[] weights() {
        return weights.clone();
    }

    /** The longest row's tokens. */
    int longest() {
        return IntStream.of(lengths).map(Math::abs).max().orElse(0);
    }

    /** Pictures of the row that has most. */
    int mostPictures() {
        return rows.stream().mapToInt(row -> row.images().size()).max().orElse(0);
    }

    /** Image tokens of the picture that takes most. */
    int largestPicture() {
        return largestPicture;
    }

    /** Rows kept back for validation. */
    List<Conversation> heldBack() {
        return heldBack;
    }

    /**
     * Makes the example of a row, or of a pair its two, the better first; called from several threads.
     *
     * @param remembered whether a picture's pixels are not needed
     */
    List<Example> examples(int row, Predicate<ShownPicture> remembered) {
        Conversation conversation = rows.get(row);
        Example first = example(conversation, remembered);
        Conversation other = rejected.get(conversation);
        return other == null
                ? List.of(first)
                : List.of(first, new Example(processor.encoder().encode(other), first.pixels()));
    }

    /** The same as a row with the worse of two answers. */
    Conversation rejected(Conversation row) {
        return Objects.requireNonNull(rejected.get(row), row.id());
    }

    private Example example(Conversation conversation, Predicate<ShownPicture> remembered) {
        Encoded encoded = processor.encoder().encode(conversation);
        List<PictureInput> pixels = encoded.images().stream()
                .map(picture ->
                        remembered.test(picture) ? PictureInput.remembered(picture.tokens()) : processor.input(picture))
                .toList();
        return new Example(encoded, pixels);
    }

    /** Tokens and pixels of one conversation. */
    static Example example(Processor processor, Conversation conversation) {
        Encoded encoded = processor.encoder().encode(conversation);
        List<PictureInput> pixels =
                encoded.images().stream().map(processor::input).toList();
        return new Example(encoded, pixels);
    }
}
