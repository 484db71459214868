package org.moslora.tuning;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.moslora.datasets.ConversationChecks;
import org.moslora.datasets.ConversationFiles;
import org.moslora.datasets.ConversationRow;
import org.moslora.datasets.ConversationRows;
import org.moslora.datasets.Finding;
import org.moslora.datasets.RowPlace;
import org.moslora.datasets.Severity;
import org.moslora.examples.Example;
import org.moslora.examples.Shuffle;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.Encoded;
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
    private final Processor spelling;
    private final int[] lengths;

    private TuningData(List<Conversation> rows, List<Conversation> heldBack, Processor spelling, int[] lengths) {
        this.rows = rows;
        this.heldBack = heldBack;
        this.spelling = spelling;
        this.lengths = lengths;
    }

    /**
     * Reads and checks everything.
     *
     * @param messages sees what is odd but not wrong
     * @throws InvalidInput with every row that cannot be used, unless the policy leaves it out
     */
    static TuningData read(TuningDataBlock block, ValidationBlock validation, Processor spelling, Messages messages) {
        ConversationRows read = ConversationFiles.read(block.conversations(), block.format());
        Measured measured = measure(read, spelling, false);
        List<Conversation> good = block.onBadSample().keep(read, measured.findings());
        Set<Finding> all = new LinkedHashSet<>(read.findings());
        all.addAll(measured.findings());
        for (Severity severity : Severity.values()) {
            Grouped.some(Finding.problems(all, severity))
                    .forEach(problem -> messages.tell(problem + " (" + severity.action() + ")"));
        }
        List<Conversation> kept = new ArrayList<>();
        List<Conversation> held = new ArrayList<>();
        split(good, validation, kept, held);
        int[] lengths = kept.stream()
                .mapToInt(row -> measured.lengths().getOrDefault(row, 0))
                .toArray();
        return new TuningData(kept, held, spelling, lengths);
    }

    /**
     * What looking at rows and encoding them has shown.
     *
     * @param findings what is wrong or odd, the encoder's complaints last
     * @param lengths tokens of each row that can be used, by identity; negative without pictures
     */
    record Measured(List<Finding> findings, Map<Conversation, Integer> lengths) {}

    /** Looks at rows and their pictures, and encodes every row that is sound so far, once. */
    static Measured measure(ConversationRows read, Processor spelling, boolean deep) {
        List<Finding> findings = new ArrayList<>(
                ConversationChecks.check(read.rows(), spelling.images(), deep, spelling.needs(), threads()));
        Set<RowPlace> bad = new HashSet<>();
        findings.stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .forEach(finding -> bad.add(finding.at()));
        Map<Conversation, Integer> lengths = Collections.synchronizedMap(new IdentityHashMap<>());
        findings.addAll(read.rows().parallelStream()
                .filter(row -> !bad.contains(row.at()))
                .flatMap(row -> encoded(row, spelling, lengths).stream())
                .toList());
        return new Measured(findings, lengths);
    }

    /** Notes the row's length, or says why it gives no example. */
    private static Optional<Finding> encoded(
            ConversationRow row, Processor spelling, Map<Conversation, Integer> lengths) {
        try {
            Encoded encoded = spelling.encoder().encode(row.conversation());
            int tokens = encoded.ids().length;
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

    private static void split(
            List<Conversation> good, ValidationBlock validation, List<Conversation> kept, List<Conversation> held) {
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
        for (int i = 0; i < good.size(); i++) {
            (out.contains(i) ? held : kept).add(good.get(i));
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

    /** The longest row's tokens. */
    int longest() {
        return IntStream.of(lengths).map(Math::abs).max().orElse(0);
    }

    /** Rows kept back for validation. */
    List<Conversation> heldBack() {
        return heldBack;
    }

    /**
     * Makes the example of a row; called from several threads.
     *
     * @param remembered whether a picture's pixels are not needed
     */
    Example example(int row, Predicate<Path> remembered) {
        Encoded encoded = spelling.encoder().encode(rows.get(row));
        List<float[]> pixels = encoded.images().stream()
                .map(picture -> remembered.test(picture) ? Example.REMEMBERED : spelling.pixels(picture))
                .toList();
        return new Example(encoded, pixels);
    }

    /** Tokens and pixels of one conversation. */
    static Example example(Processor spelling, Conversation conversation) {
        Encoded encoded = spelling.encoder().encode(conversation);
        List<float[]> pixels = encoded.images().stream().map(spelling::pixels).toList();
        return new Example(encoded, pixels);
    }
}
