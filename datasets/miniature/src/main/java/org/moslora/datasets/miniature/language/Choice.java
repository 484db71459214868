package org.moslora.datasets.miniature.language;

import java.util.List;

/**
 * A question with several answers to choose from.
 *
 * @param question with all that is needed to answer it
 * @param options two or more, all different
 * @param right place of the right one
 */
public record Choice(String question, List<String> options, int right) implements Exercise {
    public Choice {
        options = List.copyOf(options);
    }

    @Override
    public String instruction() {
        StringBuilder text = new StringBuilder("Please choose the correct answer to the question: ")
                .append(question)
                .append("\n\n");
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < options.size(); i++) {
            text.append(i == 0 ? "" : " ")
                    .append("Answer")
                    .append(i + 1)
                    .append(": ")
                    .append(options.get(i));
            names.append(i == 0 ? "" : "/").append("answer").append(i + 1);
        }
        return text.append("\n\nAnswer format: ").append(names).toString();
    }

    @Override
    public String answer() {
        return "answer" + (right + 1);
    }
}
