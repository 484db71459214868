package org.moslora.studio.data;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.moslora.datasets.ConversationChecks;
import org.moslora.datasets.ConversationFiles;
import org.moslora.datasets.ConversationRow;
import org.moslora.datasets.ConversationRows;
import org.moslora.datasets.Finding;
import org.moslora.datasets.Purpose;
import org.moslora.datasets.Severity;
import org.moslora.examples.text.Conversation;
import org.moslora.studio.folders.Folders;

/** A file of conversations, read and checked as training reads and checks it. */
final class ConversationTable {
    private static final int LOOKED_AT = 20;

    private final Folders folders;
    private final Path images;
    private final Map<Conversation, Conversation> rejected;
    private final Map<Integer, ConversationRow> rows = new TreeMap<>();
    private final Map<Integer, List<Finding>> findings = new TreeMap<>();

    private ConversationTable(Folders folders, Path images, Map<Conversation, Conversation> rejected) {
        this.folders = folders;
        this.images = images;
        this.rejected = rejected;
    }

    static DataTable read(Folders folders, Path file, @Nullable Path images) {
        ConversationRows read = read(file);
        Path folder = images == null ? guessed(folders, file, read.rows()) : images;
        ConversationTable table = new ConversationTable(folders, folder, read.rejected());
        read.rows().forEach(row -> table.rows.put(row.at().index(), row));
        read.findings().forEach(table::add);
        int threads = Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors()));
        ConversationChecks.check(read.rows(), folder, false, threads).forEach(table::add);
        return table.table();
    }

    /** Pairs of answers where most rows are that. */
    private static ConversationRows read(Path file) {
        ConversationRows plain = ConversationFiles.read(List.of(file), null);
        if (2 * plain.rows().size() >= plain.total()) {
            return plain;
        }
        ConversationRows pairs = ConversationFiles.read(List.of(file), null, Purpose.PREFERENCE);
        return pairs.rows().size() > plain.rows().size() ? pairs : plain;
    }

    private void add(Finding finding) {
        findings.computeIfAbsent(finding.at().index(), any -> new ArrayList<>()).add(finding);
    }

    /** The folder that has most of the first pictures: the file's own, or one near it. */
    private static Path guessed(Folders folders, Path file, List<ConversationRow> rows) {
        Path own = file.getParent() == null ? file : file.getParent();
        List<String> names = rows.stream()
                .flatMap(row -> row.conversation().images().stream())
                .limit(LOOKED_AT)
                .toList();
        Path best = own;
        long most = there(own, names);
        List<Path> others = new ArrayList<>(List.of(own.resolve("images"), own.resolve("pictures")));
        folders.data().forEach(root -> {
            others.add(root);
            others.add(root.resolve("images"));
        });
        for (Path other : others) {
            long count = there(other, names);
            if (count > most) {
                most = count;
                best = other;
            }
        }
        return best;
    }

    private static long there(Path folder, List<String> names) {
        return names.stream().filter(name -> picture(folder, name) != null).count();
    }

    private static @Nullable Path picture(Path folder, String name) {
        try {
            Path path = folder.resolve(name).normalize();
            return Files.isRegularFile(path) ? path : null;
        } catch (InvalidPathException none) {
            return null;
        }
    }

    private DataTable table() {
        Map<Integer, DataRow> all = new TreeMap<>();
        rows.forEach((index, row) -> all.put(index, row(row)));
        findings.forEach((index, marks) -> all.computeIfAbsent(
                index, any -> new DataRow(index + 1, marks.get(0).id(), List.of(), List.of(), marks(index), null)));
        return new DataTable(false, List.copyOf(all.values()), List.of("Pictures are looked for in " + images + "."));
    }

    private DataRow row(ConversationRow row) {
        Conversation conversation = row.conversation();
        List<Path> pictures = new ArrayList<>();
        for (String name : conversation.images()) {
            Path picture = picture(images, name);
            if (picture != null && folders.named(picture.toString()).isPresent()) {
                pictures.add(picture);
            }
        }
        List<DataRow.Said> turns = new ArrayList<>();
        if (conversation.system() != null) {
            turns.add(new DataRow.Said("system", conversation.system()));
        }
        conversation
                .turns()
                .forEach(
                        turn -> turns.add(new DataRow.Said(turn.role().name().toLowerCase(Locale.ROOT), turn.whole())));
        Conversation worse = rejected.get(conversation);
        if (worse != null) {
            int last = turns.size() - 1;
            turns.set(last, new DataRow.Said("chosen", turns.get(last).text()));
            turns.add(new DataRow.Said(
                    "rejected", worse.turns().get(worse.turns().size() - 1).whole()));
        }
        int index = row.at().index();
        return new DataRow(index + 1, conversation.id(), pictures, turns, marks(index), null);
    }

    private List<DataRow.Mark> marks(int index) {
        return findings.getOrDefault(index, List.of()).stream()
                .map(finding ->
                        new DataRow.Mark(finding.rule(), finding.message(), finding.severity() == Severity.ERROR, null))
                .toList();
    }
}
