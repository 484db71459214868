package org.moslora.studio.data;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All rows of a file or folder.
 *
 * @param isOfPictures whether it is a folder of pictures
 * @param notes what was passed over and why
 */
public record DataTable(boolean isOfPictures, List<DataRow> rows, List<String> notes) {
    public DataTable {
        rows = List.copyOf(rows);
        notes = List.copyOf(notes);
    }

    /** Those with a problem, or with one kind of problem where a rule is named. */
    public List<DataRow> chosen(boolean problemsOnly, String rule) {
        return rows.stream()
                .filter(row -> !problemsOnly || !row.marks().isEmpty())
                .filter(row -> rule.isEmpty()
                        || row.marks().stream().anyMatch(mark -> mark.rule().equals(rule)))
                .toList();
    }

    /** How many rows each rule is broken by. */
    public Map<String, Integer> rules() {
        Map<String, Integer> counts = new TreeMap<>();
        rows.forEach(row -> row.marks().stream()
                .map(DataRow.Mark::rule)
                .distinct()
                .forEach(rule -> counts.merge(rule, 1, Integer::sum)));
        return counts;
    }
}
