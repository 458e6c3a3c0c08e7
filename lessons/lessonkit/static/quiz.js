// Makes a jupyterquiz usable by everybody: buttons instead of bare radio inputs, labelled fields with a button to check,
// announced feedback that says right or wrong in words, the section to read again. Runs once for each quiz.
(function () {
  "use strict";

  // What is compared in a typed answer: no case, no articles, no punctuation in words; no spaces in code and shapes.
  function tidy(text) {
    text = text.trim().toLowerCase();
    if (/[()\[\]{}=*]/.test(text)) { return text.replace(/['"]/g, "").replace(/\s+/g, "").replace(/,([)\]}])/g, "$1"); }
    return text.replace(/[-_.,;:!?'"“”]/g, " ").split(/\s+/).filter(function (word) {
      return word && ["a", "an", "the"].indexOf(word) < 0;
    }).join(" ");
  }

  function element(tag, className, text) {
    var made = document.createElement(tag);
    made.className = className;
    if (text) { made.textContent = text; }
    return made;
  }

  function enhance(section) {
    var sections = JSON.parse(section.dataset.sections || "[]");
    var quizzes = Array.prototype.slice.call(section.querySelectorAll(".Quiz"));
    var score = element("p", "quiz-score", "0 of " + quizzes.length + " right so far");
    var solved = quizzes.map(function () { return false; });

    quizzes.forEach(function (quiz, index) {
      var feedback = quiz.querySelector(".Feedback");
      var question = quiz.firstElementChild;
      var many = question.className === "ManyChoiceQn";
      var number = element("p", "quiz-number", "Question " + (index + 1) + " of " + quizzes.length +
                                               (many ? " \u00b7 several answers are right" : ""));
      var name = section.id + "-" + (index + 1);
      question.firstElementChild.classList.add("quiz-text");
      question.firstElementChild.id = name;
      question.insertBefore(number, question.firstElementChild);
      quiz.setAttribute("role", "group");
      quiz.setAttribute("aria-labelledby", name);
      feedback.setAttribute("role", "status");
      question.querySelectorAll("pre").forEach(function (code) { code.tabIndex = 0; });  // it may have to be scrolled

      // After jupyterquiz has judged: say it in words, point to the section, count.
      function after(control) {
        var right = feedback.classList.contains("correct");
        var all = !many || feedback.dataset.answeredcorrect === feedback.dataset.numcorrect;
        var verdict = element("strong", "", right ? "Right. " : "Not yet. ");
        if (many) { feedback.innerHTML = feedback.innerHTML.replace(/ \[(\d+)\/(\d+)\]$/, " ($1 of $2 found)"); }
        feedback.insertBefore(verdict, feedback.firstChild);
        var heading = !right && sections[index] && document.getElementById(sections[index]);
        if (heading) {
          var title = heading.matches("h1, h2, h3, h4") ? heading : heading.querySelector("h1, h2, h3, h4");
          var link = element("a", "", title ? title.firstChild.textContent.trim() : "this section");
          link.href = "#" + sections[index];
          feedback.append(" See: ", link, ".");
        }
        if (right && all && !solved[index]) {
          solved[index] = true;
          score.textContent = solved.filter(Boolean).length + " of " + quizzes.length + " right so far";
        }
        quiz.querySelectorAll(".MCButton").forEach(function (option) {
          var marked = option.classList.contains("correctButton") || option.classList.contains("incorrectButton");
          option.querySelector("button").setAttribute("aria-pressed", String(marked));
        });
        control.focus({preventScroll: true});
      }

      quiz.querySelectorAll(".MCButton").forEach(function (option, place) {
        var button = element("button", "choice");
        button.type = "button";
        button.dataset.letter = String.fromCharCode(65 + place);
        button.setAttribute("aria-pressed", "false");
        option.querySelector("input").remove();
        while (option.firstChild) { button.append(option.firstChild); }
        option.append(button);
        button.addEventListener("click", function () { setTimeout(function () { after(button); }, 0); });
      });

      var field = quiz.querySelector(".Input-text");
      if (field) {
        var judge = field.onkeypress;
        var numeric = question.className === "NumericQn";
        var input = field.cloneNode(true);  // without the listener that empties the field, and with pasting allowed
        var label = quiz.querySelector(".InpLabel");
        label.htmlFor = input.id;
        label.textContent = numeric ? "Your answer, a number" : "Your answer";
        input.autocomplete = "off";
        if (numeric) { input.inputMode = "decimal"; }
        if (!numeric) {
          input.dataset.answers = JSON.stringify(JSON.parse(input.dataset.answers).map(function (answer) {
            return "answer" in answer ? Object.assign({}, answer, {answer: tidy(answer.answer)}) : answer;
          }));
        }
        var row = element("div", "typed");
        var check = element("button", "quiz-check", "Check");
        check.type = "button";
        field.replaceWith(row);
        row.append(input, check);
        var answer = function () {
          var typed = input.value;
          if (!typed.trim()) { return; }
          input.value = numeric ? typed.replace(/[\s_]/g, "").replace(/,(?=\d{3}(\D|$))/g, "").replace(",", ".") : tidy(typed);
          judge.call(input, {which: 13, keyCode: 13});
          input.value = typed;
          after(input);
        };
        check.addEventListener("click", answer);
        input.addEventListener("keydown", function (event) { if (event.key === "Enter") { event.preventDefault(); answer(); } });
      }
    });
    section.append(score);
    section.dataset.ready = "true";
  }

  // jupyterquiz draws as soon as its box is in the page, which in a notebook can be a moment later.
  function wait(section, tries) {
    if (section.querySelector(".Quiz")) { enhance(section); }
    else if (tries > 0) { setTimeout(function () { wait(section, tries - 1); }, 100); }
  }
  document.querySelectorAll(".practice-quiz:not([data-seen])").forEach(function (section) {
    section.dataset.seen = "true";
    wait(section, 100);
  });
})();
