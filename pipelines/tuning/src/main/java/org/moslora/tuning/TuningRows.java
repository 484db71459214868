package org.moslora.tuning;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.moslora.datasets.ConversationFiles;
import org.moslora.datasets.ConversationRow;
import org.moslora.datasets.ConversationRows;
import org.moslora.datasets.Finding;
import org.moslora.datasets.Purpose;
import org.moslora.examples.text.Conversation;

/**
 * The rows of all data sets of a recipe, their pictures named from the one folder that all are in.
 *
 * @param rows of all, one set after the other
 * @param weights of each row, itself; 1 where there is none
 */
record TuningRows(ConversationRows rows, Map<Conversation, Double> weights) {
    static TuningRows read(TuningRecipe recipe) {
        Purpose purpose = recipe.preference() == null ? Purpose.TRAINING : Purpose.PREFERENCE;
        List<DataSetBlock> sets = recipe.data().sets();
        if (sets.size() == 1 && sets.get(0).share() == 1) {
            DataSetBlock only = sets.get(0);
            return new TuningRows(ConversationFiles.read(only.conversations(), only.format(), purpose), Map.of());
        }
        Path folder = recipe.data().spelling().images().toAbsolutePath().normalize();
        List<ConversationRow> rows = new ArrayList<>();
        List<Finding> findings = new ArrayList<>();
        IdentityHashMap<Conversation, Conversation> rejected = new IdentityHashMap<>();
        IdentityHashMap<Conversation, Double> weights = new IdentityHashMap<>();
        int total = 0;
        for (DataSetBlock set : sets) {
            ConversationRows read = ConversationFiles.read(set.conversations(), set.format(), purpose);
            Path inside = folder.relativize(set.folder());
            for (ConversationRow row : read.rows()) {
                Conversation moved = moved(row.conversation(), inside);
                Conversation other = read.rejected().get(row.conversation());
                if (other != null) {
                    rejected.put(moved, moved(other, inside));
                }
                weights.put(moved, set.share());
                rows.add(new ConversationRow(row.at(), moved));
            }
            findings.addAll(read.findings());
            total += read.total();
        }
        return new TuningRows(new ConversationRows(rows, findings, total, rejected), weights);
    }

    private static Conversation moved(Conversation from, Path inside) {
        return from.showing(
                from.images().stream().map(name -> named(inside, name)).toList());
    }

    /** A name that is none, or leads elsewhere, is refused with others when pictures are looked at. */
    private static String named(Path inside, String name) {
        String folder = inside.toString();
        return folder.isEmpty() || name.startsWith("/") ? name : folder + "/" + name;
    }

    /** How often each of these comes, compared with those of weight 1. */
    double[] weights(List<Conversation> these) {
        return these.stream().mapToDouble(row -> weights.getOrDefault(row, 1.0)).toArray();
    }
}
