package org.moslora.studio.pages;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.Problems;
import org.moslora.studio.folders.Folders;

/** What a page's form sent, field by field; a field that is not there is empty. */
record SentText(JsonObject json) {
    String get(String name) {
        JsonElement value = json.get(name);
        return value instanceof JsonPrimitive text ? text.getAsString().strip() : "";
    }

    /** Word for word. */
    String whole(String name) {
        JsonElement value = json.get(name);
        return value instanceof JsonPrimitive text ? text.getAsString() : "";
    }

    /** A path in one of the folders; null where nothing is named, or what is named is told as a problem. */
    @Nullable
    Path path(String name, Folders folders, Problems problems) {
        String text = get(name);
        if (text.isEmpty()) {
            return null;
        }
        Optional<Path> path = folders.named(text);
        if (path.isEmpty()) {
            problems.add(name, "names %s, which is in none of the folders that the studio was given", text);
        }
        return path.orElse(null);
    }

    /** Problems as lines. */
    static List<String> lines(Problems problems) {
        return problems.found().stream().map(Object::toString).toList();
    }
}
