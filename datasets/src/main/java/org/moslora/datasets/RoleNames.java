package org.moslora.datasets;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.text.Role;
import org.moslora.problems.NearestName;

/** The words that data sets have for who speaks. */
final class RoleNames {
    private static final List<String> USERS = List.of("human", "user");
    private static final List<String> ASSISTANTS = List.of("gpt", "assistant", "bot", "model", "chatgpt");
    private static final Set<String> TOOLS = Set.of(
            "tool",
            "tools",
            "tool_call",
            "tool_response",
            "function",
            "function_call",
            "function_response",
            "observation",
            "ipython");
    private static final Set<String> SYSTEMS = Set.of("system", "developer");

    private RoleNames() {}

    /** The role of a word; null for the system. */
    static @Nullable Role role(String word, int turn) throws BadRow {
        if (USERS.contains(word)) {
            return Role.USER;
        } else if (ASSISTANTS.contains(word)) {
            return Role.ASSISTANT;
        } else if (SYSTEMS.contains(word)) {
            return null;
        } else if (TOOLS.contains(word)) {
            throw new BadRow("role-tool", "turn " + turn + " is spoken by '" + word + "': tools are not supported");
        }
        List<String> known = new ArrayList<>(USERS);
        known.addAll(ASSISTANTS);
        known.add("system");
        throw new BadRow(
                "role-unknown",
                "turn " + turn + " is spoken by '" + JsonExcerpt.of(word) + "'" + NearestName.hint(word, known));
    }
}
