package org.moslora.pictures;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The text that AUTOMATIC1111's web UI writes into its pictures under {@code parameters}: the prompt, the negative
 * prompt, and a line of fields.
 *
 * @param prompt may hold several lines
 * @param negative empty if there is none
 * @param fields in the order in which they are written, values as they are without quotes
 */
record ParametersText(String prompt, String negative, Map<String, String> fields) {
    private static final String NEGATIVE = "Negative prompt:";

    ParametersText {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** The whole text. */
    String text() {
        String line = fields.entrySet().stream()
                .map(field -> field.getKey() + ": " + Quoted.quote(field.getValue()))
                .collect(Collectors.joining(", "));
        return (prompt + (negative.isEmpty() ? "" : "\n" + NEGATIVE + " " + negative) + "\n" + line).strip();
    }

    /** Reads a text by the web UI's rules, under which every text means something. */
    static ParametersText parse(String text) {
        String[] lines = text.strip().split("\n", -1);
        Map<String, String> fields = ParametersLine.fields(lines[lines.length - 1]);
        int count = fields.isEmpty() ? lines.length : lines.length - 1;
        StringBuilder prompt = new StringBuilder();
        StringBuilder negative = new StringBuilder();
        StringBuilder here = prompt;
        for (int i = 0; i < count; i++) {
            String line = lines[i].strip();
            if (line.startsWith(NEGATIVE)) {
                here = negative;
                line = line.substring(NEGATIVE.length()).strip();
            }
            here.append(here.isEmpty() ? "" : "\n").append(line);
        }
        return new ParametersText(prompt.toString(), negative.toString(), fields);
    }
}
